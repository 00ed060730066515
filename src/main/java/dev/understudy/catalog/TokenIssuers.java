package dev.understudy.catalog;

import java.util.List;

/** Whose tokens are taken, for those who ask from outside. Safe for use by many threads. */
public interface TokenIssuers {

    /**
     * One of them.
     *
     * @param name the {@code iss} of its tokens
     * @param audiences one of them must be in the {@code aud} of a token; empty: any will do
     * @param keysKnown whether its keys are there; if not, none of its tokens can be checked
     */
    record TokenIssuer(String name, List<String> audiences, boolean keysKnown) {}

    /** By name; empty: no token is taken. */
    List<TokenIssuer> all();
}
