/// Who may do what: roles, tokens, sessions of pages, TLS and rates.
@NullMarked
package dev.gnomon.server.security;

import org.jspecify.annotations.NullMarked;
