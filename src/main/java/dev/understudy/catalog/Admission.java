package dev.understudy.catalog;

import java.util.Optional;

/**
 * What was decided of a request's caller, left on the exchange for those who come after. A request without one was not
 * decided upon, and goes nowhere.
 *
 * @param keyType which endpoints the caller may reach; empty where no token was asked: production if there are any
 * @param caller who it is, as the claim that is configured says; empty: nobody had to say, or the token does not
 * @param withheldHeader the header that carried the token, which the endpoint does not get; empty: headers go as they came
 */
public record Admission(Optional<KeyType> keyType, Optional<String> caller, Optional<String> withheldHeader) {

    /** The name of the exchange attribute. */
    public static final String ATTRIBUTE = Admission.class.getName();
}
