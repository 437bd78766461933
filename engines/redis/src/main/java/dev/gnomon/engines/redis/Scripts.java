package dev.gnomon.engines.redis;

/// What the server does in one step. `KEYS[1]` is always the hash that holds how the store stands:
///
/// ```
/// epoch, loaded, origin, generation   as they say
/// ready                               the run id of the server to which all nodes confirmed
/// a:<writer>                          its position
/// n:<node>                            the run id to which it confirmed
/// ```
///
/// The list of a key begins with its state, if there is one: a zero byte, sixteen digits of its
/// generation, the bytes. A record begins with a one byte. All keys of a use case carry the same
/// hash tag, so that a cluster keeps them on one node, where a script sees them all.
final class Scripts {
  private Scripts() {}

  /// Reads are answered when all nodes confirmed.
  private static final String SETTLE =
      """
      local function settle(run)
        local all = redis.call('HGETALL', KEYS[1])
        local ready, loaded = true, false
        for i = 1, #all, 2 do
          if string.sub(all[i], 1, 2) == 'n:' and all[i + 1] ~= run then ready = false end
          if all[i] == 'loaded' then loaded = true end
        end
        if ready and loaded then redis.call('HSET', KEYS[1], 'ready', run)
        else redis.call('HDEL', KEYS[1], 'ready') end
      end
      if (redis.call('HGET', KEYS[1], 'epoch') or '') ~= ARGV[1] then return 0 end
      """;

  /// KEYS: how it stands, loader. ARGV: expected epoch, next epoch, lease in ms.
  static final String BEGIN =
      """
      if (redis.call('HGET', KEYS[1], 'epoch') or '') ~= ARGV[1] then return 0 end
      if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
      redis.call('DEL', KEYS[1])
      redis.call('HSET', KEYS[1], 'epoch', ARGV[2])
      redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
      return 1
      """;

  /// KEYS: how it stands, loader, keys. ARGV: epoch, lease in ms, states.
  static final String LOAD =
      """
      local at = redis.call('HMGET', KEYS[1], 'epoch', 'loaded')
      if at[1] ~= ARGV[1] or at[2] then return 0 end
      redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
      for i = 3, #KEYS do
        local g = redis.call('HINCRBY', KEYS[1], 'generation', 1)
        redis.call('RPUSH', KEYS[i], '\\0' .. string.format('%016d', g) .. ARGV[i])
      end
      return 1
      """;

  /// KEYS: how it stands, loader. ARGV: epoch, run, origin.
  static final String LOADED =
      SETTLE
          + """
          redis.call('HSET', KEYS[1], 'loaded', '1', 'origin', ARGV[3])
          redis.call('DEL', KEYS[2])
          settle(ARGV[2])
          return 1
          """;

  /// KEYS: how it stands. ARGV: epoch, run, nodes.
  static final String ENLIST =
      SETTLE
          + """
          for i = 3, #ARGV do redis.call('HSETNX', KEYS[1], 'n:' .. ARGV[i], '') end
          settle(ARGV[2])
          return 1
          """;

  /// KEYS: how it stands. ARGV: epoch, run, node.
  static final String FORGET =
      SETTLE
          + """
          local gone = redis.call('HDEL', KEYS[1], 'n:' .. ARGV[3])
          settle(ARGV[2])
          return gone
          """;

  /// KEYS: how it stands. ARGV: epoch, run, node.
  static final String CONFIRM =
      SETTLE
          + """
          if redis.call('HEXISTS', KEYS[1], 'loaded') == 0 then return 0 end
          redis.call('HSET', KEYS[1], 'n:' .. ARGV[3], ARGV[2])
          settle(ARGV[2])
          return 1
          """;

  /// KEYS: how it stands, keys. ARGV: epoch, writer, after, up to, records.
  static final String APPEND =
      """
      local at = redis.call('HMGET', KEYS[1], 'epoch', 'loaded', 'a:' .. ARGV[2])
      if at[1] ~= ARGV[1] or not at[2] or (at[3] or '0') ~= ARGV[3] then return 0 end
      for i = 2, #KEYS do redis.call('RPUSH', KEYS[i], ARGV[i + 3]) end
      redis.call('HSET', KEYS[1], 'a:' .. ARGV[2], ARGV[4])
      return 1
      """;

  /// KEYS: how it stands, keys. ARGV: epoch, run. Answers nothing at all when it is not ready.
  static final String READ =
      """
      local at = redis.call('HMGET', KEYS[1], 'epoch', 'ready')
      if at[1] ~= ARGV[1] or at[2] ~= ARGV[2] then return {} end
      local all = {}
      for i = 2, #KEYS do all[i - 1] = redis.call('LRANGE', KEYS[i], 0, -1) end
      return all
      """;

  /// KEYS: how it stands, key. ARGV: epoch, how the list begins, how many of it were seen, state.
  static final String COMPACT =
      """
      if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return 0 end
      local head = redis.call('LINDEX', KEYS[2], 0)
      if not head or string.sub(head, 1, #ARGV[2]) ~= ARGV[2] then return 0 end
      local g = redis.call('HINCRBY', KEYS[1], 'generation', 1)
      redis.call('LTRIM', KEYS[2], ARGV[3], -1)
      redis.call('LPUSH', KEYS[2], '\\0' .. string.format('%016d', g) .. ARGV[4])
      return 1
      """;

  /// KEYS: how it stands, keys. ARGV: epoch.
  static final String ERASE =
      """
      if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return 0 end
      local gone = 0
      for i = 2, #KEYS do gone = gone + redis.call('UNLINK', KEYS[i]) end
      return gone
      """;
}
