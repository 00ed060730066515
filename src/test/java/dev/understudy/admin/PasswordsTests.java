package dev.understudy.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

class PasswordsTests {

    private static final int COSTLIEST = 7;

    private final AtomicLong rounds = new AtomicLong();
    private final BCryptPasswordEncoder counting = new BCryptPasswordEncoder() {

        @Override
        protected boolean matchesNonNull(String password, String encoded) {
            rounds.addAndGet(1L << Passwords.cost("{bcrypt}" + encoded));
            return super.matchesNonNull(password, encoded);
        }
    };

    @ParameterizedTest
    @ValueSource(ints = {4, 5, 6, COSTLIEST})
    void eachCheckOfBcryptTakesAsMuchWorkAsTheCostliest(int cost) {
        Passwords passwords = new Passwords(COSTLIEST, counting);
        String encoded = "{bcrypt}" + new BCryptPasswordEncoder(cost).encode("right");
        assertThat(passwords.matches("right", encoded)).isTrue();
        assertThat(rounds).hasValue(1 << COSTLIEST);
        assertThat(passwords.matches("wrong", encoded)).isFalse();
        assertThat(rounds).hasValue(2 << COSTLIEST);
    }

    @Test
    void aPlainPasswordTakesAsMuchWorkWhereOthersAreBcrypt() {
        Passwords passwords = new Passwords(COSTLIEST, counting);
        assertThat(passwords.matches("right", "{noop}right")).isTrue();
        assertThat(rounds).hasValue(1 << COSTLIEST);
        assertThat(passwords.matches("wrong", "{noop}right")).isFalse();
        assertThat(rounds).hasValue(2 << COSTLIEST);
    }

    @Test
    void whatStandsForNobodyTakesAsMuchWorkAndMatchesNothing() {
        Passwords passwords = new Passwords(COSTLIEST, counting);
        assertThat(passwords.matches("any", "{bcrypt}" + Passwords.unmatchable(COSTLIEST)))
                .isFalse();
        assertThat(rounds).hasValue(1 << COSTLIEST);
    }

    @Test
    void whereNoPasswordIsBcryptThereIsNoneToImitate() {
        Passwords passwords = new Passwords(0, counting);
        assertThat(passwords.matches("right", "{noop}right")).isTrue();
        assertThat(rounds).hasValue(0);
    }
}
