package dev.gnomon.serving;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import dev.gnomon.features.ArrivingRows;
import dev.gnomon.features.FeatureRow;
import dev.gnomon.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/// The rows of one post: a JSON array of objects, one object, or objects separated by newlines.
final class PostedRows {
  private PostedRows() {}

  /// @throws BadInput with the problems of all rows
  static List<FeatureRow> read(byte[] body, Schema schema, ArrivingRows arriving) {
    List<FeatureRow> rows = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    try (JsonParser parser = DecideJson.JSON.createParser(ObjectReadContext.empty(), body)) {
      JsonToken first = parser.nextToken();
      boolean array = first == JsonToken.START_ARRAY;
      JsonToken token = array ? parser.nextToken() : first;
      while (token != null
          && token != JsonToken.END_ARRAY
          && problems.size() < SourceIntake.MAX_PROBLEMS) {
        if (rows.size() == SourceIntake.MAX_ROWS) {
          throw new BadInput(
              "body",
              "more than " + SourceIntake.MAX_ROWS + " rows",
              "several posts of at most that many");
        }
        FeatureRow row = new FeatureRow(schema);
        String place = "row " + (rows.size() + 1);
        arriving.read(parser, place, row, problems);
        rows.add(row);
        token = parser.nextToken();
      }
      if (array && token == JsonToken.END_ARRAY && parser.nextToken() != null) {
        problems.add(new Problem("body", "something follows the array", "one array"));
      }
    } catch (JacksonException e) {
      throw DecideJson.notJson(e);
    }
    if (!problems.isEmpty()) {
      throw new BadInput(problems);
    }
    if (rows.isEmpty()) {
      throw new BadInput("body", "it holds no rows", "a JSON array or one JSON object per line");
    }
    return rows;
  }
}
