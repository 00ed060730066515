package dev.understudy.demo;

import dev.understudy.demo.TestKeyRequest.KeyType;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.Environment;

/** Prints how a failover can be watched. On standard output and not in the log, since there are secrets in it. */
final class Scene implements ApplicationListener<ApplicationReadyEvent> {

    /** All that the sample API asks for. */
    static final String SCOPES = "order:read order:write";

    private static final String TEXT = """

            The gateway is up, and so are two endpoints for it: %1$s and %2$s.
            The sample API goes to the first one, and to the second one where the first is not available.

            1. Keep this token, which is good for an hour:

            TOKEN=%3$s

            2. Call the API; "servedBy" tells who has answered:

            curl -k %4$s/pizzashack/1.0.0/menu -H "Authorization: Bearer $TOKEN"

            3. Take the first endpoint down, and call again: the second one answers, and no call fails.

            curl -X POST %5$s
            curl -k %4$s/pizzashack/1.0.0/menu -H "Authorization: Bearer $TOKEN"

            4. Take it up again, and call once more: back to the first.

            curl -X POST %6$s
            curl -k %4$s/pizzashack/1.0.0/menu -H "Authorization: Bearer $TOKEN"

            More tokens, with the password of this start (keytype=SANDBOX picks the sandbox endpoints):

            curl -k %4$s/testkey -u %7$s:%8$s -d "scope=%9$s" -d "keytype=PRODUCTION"

            """;

    private final DemoEndpoints endpoints;
    private final TestKeyUser user;
    private final TestTokens tokens;
    private final Environment environment;

    Scene(DemoEndpoints endpoints, TestKeyUser user, TestTokens tokens, Environment environment) {
        this.endpoints = endpoints;
        this.user = user;
        this.tokens = tokens;
        this.environment = environment;
    }

    @Override
    public void onApplicationEvent(ApplicationReadyEvent event) {
        System.out.print(text());
        System.out.flush();
    }

    private String text() {
        String gateway = "https://localhost:" + environment.getRequiredProperty("local.server.port");
        return TEXT.formatted(
                endpoints.first(),
                endpoints.second(),
                tokens.issue(user.name(), new TestKeyRequest(SCOPES, KeyType.PRODUCTION)),
                gateway,
                endpoints.urlOf(DemoEndpoints.DOWN),
                endpoints.urlOf(DemoEndpoints.UP),
                user.name(),
                user.password(),
                SCOPES);
    }
}
