package dev.understudy.testkit;

/** Documents for tests, without security unless said otherwise. */
public final class Documents {

    private Documents() {}

    /** An API at {@code /a} whose operations go to the given endpoints in order. @param more lines at the root */
    public static String failover(String more, String paths, String... urls) {
        return """
                openapi: 3.0.3
                info: {title: Test, version: '1'}
                x-wso2-basePath: /a
                x-wso2-disable-security: true
                x-wso2-production-endpoints:
                  urls: [%s]
                  type: failover
                  advanceEndpointConfig: {failover: {connectTimeout: 500ms, responseTimeout: 800ms, idleTimeout: 1500ms}}
                %s
                paths:
                %s
                """.formatted(String.join(", ", urls), more, paths.indent(2));
    }

    /** The same with an operation for each usual method at {@code /thing} and below {@code /t/}. */
    public static String things(String... urls) {
        return failover("", THINGS, urls);
    }

    private static final String THINGS = """
            /thing:
              get: {responses: {'200': {description: OK}}}
              head: {responses: {'200': {description: OK}}}
              put: {responses: {'200': {description: OK}}}
              post: {responses: {'200': {description: OK}}}
              delete: {responses: {'200': {description: OK}}}
            /t/{id}/x:
              get: {responses: {'200': {description: OK}}}
            /files/*:
              get: {responses: {'200': {description: OK}}}
            """;
}
