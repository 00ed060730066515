package dev.understudy.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.understudy.settings.UnderstudyProperties.Admin;
import dev.understudy.settings.UnderstudyProperties.AdminRole;
import dev.understudy.settings.UnderstudyProperties.User;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

@ExtendWith(OutputCaptureExtension.class)
class AdminUsersTests {

    private static final String BCRYPT = "{bcrypt}" + new BCryptPasswordEncoder(4).encode("x");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CANARY",
                "{noop}",
                "{sha256}CANARY",
                "{bcrypt}CANARY",
                "{bcrypt}$2a$99$CANARY",
                "{BCRYPT}CANARY",
                "noop}CANARY",
                "$2a$10$CANARY"
            })
    void aPasswordThatCannotBeCheckedStopsTheStartAndIsNotTold(String password) {
        assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
                .isThrownBy(() -> users(user("anna", password)))
                .withMessageContaining("understudy.admin.users[0]")
                .withMessageContaining("anna")
                .withMessageContaining("{bcrypt}")
                .satisfies(thrown -> assertThat(thrown.getMessage()).doesNotContain("CANARY"));
    }

    @Test
    void aNameThatCannotSignInStopsTheStart() {
        assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
                .isThrownBy(() -> users(user("an:na", "{noop}x")))
                .withMessageContaining("colon");
        assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
                .isThrownBy(() -> users(user("anna", "{noop}x"), user("anna", "{noop}y")))
                .withMessageContaining("users[1]")
                .withMessageContaining("twice");
    }

    @Test
    void aMadeUpPasswordIsAnotherOneEachTime(CapturedOutput output) {
        String first = Objects.requireNonNull(find(users(), "admin").getPassword());
        String second = Objects.requireNonNull(find(users(), "admin").getPassword());
        assertThat(first).isNotEqualTo(second).hasSize("{noop}".length() + 24);
        assertThat(output).contains(first.substring(6), second.substring(6));
    }

    @Test
    void aNameThatNobodyHasIsCheckedAsThoseOfUsersAre() {
        assertThat(find(users(user("anna", "{noop}x")), "berta").getPassword()).startsWith("{noop}");
        String nobody = find(users(user("anna", BCRYPT)), "berta").getPassword();
        assertThat(nobody)
                .startsWith("{bcrypt}$2a$04$")
                .hasSize(BCRYPT.length())
                .isNotEqualTo(BCRYPT);
        assertThat(find(users(user("anna", "{noop}x")), "berta").isCredentialsNonExpired())
                .isFalse();
        assertThat(find(users(user("anna", "{noop}x"), user("bert", BCRYPT)), "berta")
                        .getPassword())
                .startsWith("{bcrypt}$2a$04$");
    }

    private static AdminUsers users(User... users) {
        return AdminUsers.of(new Admin(List.of(users)));
    }

    private static User user(String name, String password) {
        return new User(name, password, Set.of(AdminRole.ADMIN));
    }

    private static UserDetails find(AdminUsers users, String name) {
        return Objects.requireNonNull(users.findByUsername(name).block());
    }
}
