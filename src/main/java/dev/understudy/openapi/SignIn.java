package dev.understudy.openapi;

import dev.understudy.endpoint.Credentials;
import dev.understudy.openapi.Value.Place;
import java.util.Optional;

/** What is said of the credentials that the endpoints of a list are sent. */
sealed interface SignIn {

    /** Nothing, so that what is said elsewhere counts. */
    record Unsaid() implements SignIn {}

    /** That none are sent, whatever is said elsewhere. */
    record Off() implements SignIn {}

    record Whole(Credentials credentials) implements SignIn {}

    /** That there are some, as Publisher writes into definitions: their password stands elsewhere. */
    record Incomplete(Place place, Optional<String> username) implements SignIn {}

    /** Something that was reported as a fault. */
    record Nonsense() implements SignIn {}
}
