package dev.understudy.admin;

import dev.understudy.settings.UnderstudyProperties;
import dev.understudy.settings.UnderstudyProperties.AdminRole;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.userdetails.ReactiveUserDetailsService;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;
import reactor.core.publisher.Mono;

/** Who may sign in on the admin listener. */
public final class AdminUsers implements ReactiveUserDetailsService {

    private static final Logger log = LoggerFactory.getLogger(AdminUsers.class);

    private static final Pattern PASSWORD =
            Pattern.compile("\\{noop}.+|\\{bcrypt}\\$2[aby]?\\$(0[4-9]|[12]\\d|3[01])\\$[./A-Za-z0-9]{53}");

    private final Map<String, UserDetails> users;
    private final Passwords passwords;
    private final UserDetails nobody;

    private AdminUsers(Map<String, UserDetails> users, PasswordEncoder bcrypt) {
        int costliest = users.values().stream()
                .mapToInt(user -> Passwords.cost(String.valueOf(user.getPassword())))
                .max()
                .orElse(0);
        this.users = Map.copyOf(users);
        this.passwords = new Passwords(costliest, bcrypt);
        this.nobody = nobody(costliest);
    }

    /**
     * Without any user, one with a random password is made, and both are logged.
     *
     * @throws InvalidConfigurationPropertyValueException if a user could never sign in; the message has no password in it
     */
    static AdminUsers of(UnderstudyProperties.Admin settings) {
        return of(settings, new BCryptPasswordEncoder());
    }

    static AdminUsers of(UnderstudyProperties.Admin settings, PasswordEncoder bcrypt) {
        Map<String, UserDetails> users = new LinkedHashMap<>();
        for (int i = 0; i < settings.users().size(); i++) {
            UnderstudyProperties.User user = settings.users().get(i);
            String fault = users.containsKey(user.username()) ? "there twice" : faultOf(user);
            if (!fault.isEmpty()) {
                throw new InvalidConfigurationPropertyValueException(
                        "understudy.admin.users[" + i + "].username", user.username(), fault);
            }
            users.put(user.username(), user(user.username(), user.password(), user.roles()));
        }
        return new AdminUsers(users.isEmpty() ? Map.of("admin", made()) : users, bcrypt);
    }

    @Override
    public Mono<UserDetails> findByUsername(String name) {
        return Mono.just(users.getOrDefault(name, nobody));
    }

    /** Checks the passwords of these users. */
    PasswordEncoder passwords() {
        return passwords;
    }

    /** A user as one who has signed in; empty if there is none of this name. */
    public Optional<UsernamePasswordAuthenticationToken> signedIn(String name) {
        return Optional.ofNullable(users.get(name))
                .map(user -> UsernamePasswordAuthenticationToken.authenticated(user, null, user.getAuthorities()));
    }

    /** The name if it is that of a user, else what stands for nobody in the audit log. */
    String nameOrNone(String name) {
        return users.containsKey(name) ? name : AuditLog.NOBODY;
    }

    private static String faultOf(UnderstudyProperties.User user) {
        if (user.username().indexOf(':') >= 0) {
            return "a name with a colon cannot sign in (RFC 7617 §2)";
        }
        return PASSWORD.matcher(user.password()).matches()
                ? ""
                : "the password of this user is not written as it must be (expected: '{bcrypt}$2a$…' or '{noop}…')";
    }

    private static UserDetails made() {
        String password = random();
        // A warning, since that is seen even where less is logged.
        log.warn("No understudy.admin.users: until the next start, user admin signs in with password {}", password);
        return user("admin", "{noop}" + password, Set.of(AdminRole.ADMIN));
    }

    /** Checked for names that nobody has. Cannot sign in even with the right password. */
    private static UserDetails nobody(int costliest) {
        return User.withUsername("nobody")
                .password(costliest > 0 ? "{bcrypt}" + Passwords.unmatchable(costliest) : "{noop}" + random())
                .authorities(List.of())
                .credentialsExpired(true)
                .build();
    }

    private static String random() {
        byte[] random = new byte[18];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().encodeToString(random);
    }

    private static UserDetails user(String name, String password, Set<AdminRole> roles) {
        return User.withUsername(name)
                .password(password)
                .roles(roles.stream().map(AdminRole::name).toArray(String[]::new))
                .build();
    }
}
