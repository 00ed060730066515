package dev.understudy.security;

import reactor.core.publisher.Mono;

/** Where the keys of an issuer come from. */
sealed interface KeySource permits KeySource.Fixed, IssuerKeys {

    /** Never blocks; {@link KeySet#UNKNOWN} if none was ever there. */
    KeySet current();

    /** The keys after having looked for newer ones, as far as that is possible now; the same ones if there are none. */
    Mono<KeySet> newerThan(KeySet seen);

    /** Keys that stay as they are. */
    record Fixed(KeySet current) implements KeySource {

        @Override
        public Mono<KeySet> newerThan(KeySet seen) {
            return Mono.just(current);
        }
    }
}
