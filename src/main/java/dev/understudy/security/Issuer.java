package dev.understudy.security;

import java.util.List;

/**
 * Who issues tokens that are taken.
 *
 * @param name the {@code iss} of its tokens
 * @param audiences one of them must be in the {@code aud} of a token; empty: any will do
 */
record Issuer(String name, List<String> audiences, KeySource keys) {}
