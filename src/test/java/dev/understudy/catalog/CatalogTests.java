package dev.understudy.catalog;

import static dev.understudy.catalog.Apis.HOST;
import static dev.understudy.catalog.Apis.api;
import static dev.understudy.catalog.Apis.found;
import static dev.understudy.catalog.Apis.onHosts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogTests {

    @Nested
    class ChoosesThePath {

        private final Catalog catalog = catalog(
                "GET /",
                "GET /pets/mine",
                "GET /pets/{id}",
                "GET /pets/{id}.json",
                "GET /pets/mine/photos/large",
                "GET /pets/{id}/photos/{size}",
                "GET /files/*",
                "GET /files/{name}/info");

        @ParameterizedTest
        @CsvSource({
            "/b,                    /",
            "/b/,                   /",
            "/b/pets/mine,          /pets/mine",
            "/b/pets/rex,           /pets/{id}",
            "/b/pets/rex/,          /pets/{id}",
            "/b/pets/rex.json,      /pets/{id}.json",
            "/b/pets/.json,         /pets/{id}",
            "/b/pets/Mine,          /pets/{id}",
            "/b/files/a,            /files/*",
            "/b/files/a/b/c,        /files/*",
            "/b/files/a/info,       /files/{name}/info",
            "/b/files/a/info/x,     /files/*",
        })
        void aConcreteSegmentBeforeAPartialOneBeforeANameBeforeAnythingBelow(String path, String template) {
            assertThat(found(catalog, "GET", path)).isEqualTo(template);
        }

        @Test
        void goingBackToTheTemplateWhenTheRestDoesNotMatch() {
            assertThat(found(catalog, "GET", "/b/pets/mine/photos/large")).isEqualTo("/pets/mine/photos/large");
            assertThat(found(catalog, "GET", "/b/pets/mine/photos/small")).isEqualTo("/pets/{id}/photos/{size}");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "/",
                    "/x",
                    "/b/pets",
                    "/b/pets/",
                    "/b//pets/mine",
                    "/b/pets//",
                    "/b/pets/rex//",
                    "/b/files",
                    "/b/files/",
                    "/B/pets/mine"
                })
        void anEmptySegmentMatchesNothing(String path) {
            assertThat(found(catalog, "GET", path)).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(strings = {"/b/pets/%6dine", "/%62/pets/min%65", "/b/%70%65%74%73/mine/"})
        void comparingConcreteSegmentsUnescaped(String path) {
            assertThat(found(catalog, "GET", path)).isEqualTo("/pets/mine");
        }

        @Test
        void ofTwoPartialSegmentsTheOneWithMoreText() {
            Catalog partials = catalog("GET /{x}.json", "GET /{x}.v2.json", "GET /a{x}");

            assertThat(found(partials, "GET", "/b/pet.v2.json")).isEqualTo("/{x}.v2.json");
            assertThat(found(partials, "GET", "/b/apet.json")).isEqualTo("/{x}.json");
            assertThat(found(partials, "GET", "/b/apet")).isEqualTo("/a{x}");
        }

        @Test
        void theSameWhicheverPartialSegmentComesFirstInTheDocument() {
            Catalog one = catalog("GET /a{x}", "GET /{x}b");
            Catalog other = catalog("GET /{x}b", "GET /a{x}");

            assertThat(found(one, "GET", "/b/a-b")).isEqualTo(found(other, "GET", "/b/a-b"));
        }
    }

    @Nested
    class RefusesConcreteSegmentsInDisguise {

        private final Catalog catalog =
                catalog("GET /admin/users", "GET /admin/{what}", "GET /{area}/{what}", "GET /*");

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "/b/admin;x/users",
                    "/b/admin%3Bx/users",
                    "/b/admin%2Fusers",
                    "/b/admin%2fusers/x",
                    "/b/admin;x",
                    "/b/admin/users;v=1",
                    "/b/admin/users%3B",
                    "/b/admin/users%2Fall",
                })
        void forTheTemplateBesideThem(String path) {
            assertThat(found(catalog, "GET", path)).isEmpty();
        }

        /** An endpoint that cuts parameters off would serve {@code /admin/users}. */
        @Test
        void forATemplateFurtherUpToo() {
            Catalog open = catalog("GET /admin/users", "GET /{area}/{what}");
            assertThat(found(open, "GET", "/b/admin/users;x")).isEmpty();

            Catalog everything = catalog("GET /admin/users", "GET /*");
            assertThat(found(everything, "GET", "/b/admin/users%2Fx")).isEmpty();
        }

        @ParameterizedTest
        @CsvSource({
            "/b/menu;x/users,     /{area}/{what}",
            "/b/a%2Fb/users,      /{area}/{what}",
            "/b/xadmin;x/users,   /{area}/{what}",
            "/b/admin/user;x,     /admin/{what}",
            "/b/admin/a%2Fusers,  /admin/{what}",
        })
        void andTakesAnyOtherSemicolonOrSlashAsPartOfItsSegment(String path, String template) {
            assertThat(found(catalog, "GET", path)).isEqualTo(template);
        }

        @Test
        void unlessTheDocumentHasThatVeryText() {
            Catalog literal = catalog("GET /menu", "GET /menu;v=2", "GET /{x}");

            assertThat(found(literal, "GET", "/b/menu;v=2")).isEqualTo("/menu;v=2");
            assertThat(found(literal, "GET", "/b/menu;v=3")).isEmpty();
        }
    }

    @Nested
    class ChoosesTheMethodAfterThePath {

        private final Catalog catalog = catalog("GET /pets/{id}", "DELETE /pets/{petId}", "POST /pets/mine");

        @Test
        void andNamesTheAllowedOnesWhenOnlyTheMethodIsWrong() {
            assertThat(match(catalog, "POST", "/b/pets/rex"))
                    .isInstanceOfSatisfying(
                            Match.NoMethod.class,
                            none -> assertThat(none.allowed()).containsExactly("DELETE", "GET"));
        }

        @Test
        void soThatAConcretePathIsNotLeftForATemplateThatHasTheMethod() {
            assertThat(match(catalog, "GET", "/b/pets/mine"))
                    .isInstanceOfSatisfying(
                            Match.NoMethod.class,
                            none -> assertThat(none.allowed()).containsExactly("POST"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"HEAD", "OPTIONS", "TRACE", "get"})
        void andServesNoMethodThatIsNotDeclared(String method) {
            assertThat(match(catalog, method, "/b/pets/rex")).isInstanceOf(Match.NoMethod.class);
        }

        @Test
        void andSaysNoPathWhateverTheMethod() {
            assertThat(match(catalog, "OPTIONS", "/b/shops")).isEqualTo(new Match.NoPath());
        }

        @Test
        void takingTemplatesThatDifferOnlyInNamesAsOnePath() {
            assertThat(found(catalog, "GET", "/b/pets/rex")).isEqualTo("/pets/{id}");
            assertThat(found(catalog, "DELETE", "/b/pets/rex")).isEqualTo("/pets/{petId}");
        }
    }

    @Nested
    class Clashes {

        @Test
        void whenAnotherApiHasThePathAlready() {
            Api one = api("One", "/b", "GET /pets/{id}");
            Api two = api("Two", "/b/pets", "POST /{petId}");

            assertThatExceptionOfType(Catalog.Clash.class)
                    .isThrownBy(() -> Catalog.of(List.of(one, two)))
                    .withMessage("'/b/pets/{petId}' is served by One 1.0.0 already")
                    .satisfies(clash -> assertThat(clash.earlier()).isSameAs(one))
                    .satisfies(clash -> assertThat(clash.later()).isSameAs(two));
        }

        @Test
        void whenAnApiHasTheSameMethodTwiceOnTemplatesThatDifferOnlyInNames() {
            assertThatExceptionOfType(Catalog.Clash.class)
                    .isThrownBy(() -> catalog("GET /pets/{id}", "GET /pets/{petId}"))
                    .withMessage("GET '/b/pets/{petId}' stands twice in Api 1.0.0");
        }

        @Test
        void notWhenApisShareABasePathOnly() {
            Catalog catalog =
                    Catalog.of(List.of(api("One", "/b", "GET /pets/{id}"), api("Two", "/b", "GET /pets/mine")));

            assertThat(found(catalog, "GET", "/b/pets/mine")).isEqualTo("/pets/mine");
            assertThat(found(catalog, "GET", "/b/pets/rex")).isEqualTo("/pets/{id}");
        }
    }

    @Nested
    class DefaultVersions {

        private final Api one = Apis.asDefault(api("One", "/b/1.0", "GET /pets"), "/b");

        @Test
        void areServedUnderBothPrefixesByAnOperationThatKnowsItsOwn() {
            Catalog catalog = Catalog.of(List.of(one));

            for (String prefix : List.of("/b/1.0", "/b")) {
                assertThat(catalog.find(HOST, "GET", RequestPath.parse(prefix + "/pets")))
                        .isInstanceOfSatisfying(
                                Match.Found.class,
                                found -> assertThat(found.api().basePath()).isEqualTo(prefix));
            }
            assertThat(catalog.apis()).containsExactly(one);
            assertThat(catalog.operations())
                    .extracting(Match.Found::id)
                    .doesNotHaveDuplicates()
                    .hasSize(2);
        }

        @Test
        void clashAsWholeApis() {
            Api two = Apis.asDefault(api("Two", "/b/2.0", "GET /pets"), "/b");

            assertThatExceptionOfType(Catalog.Clash.class)
                    .isThrownBy(() -> Catalog.of(List.of(one, two)))
                    .withMessage("'/b/pets' is served by One 1.0.0 already")
                    .satisfies(clash -> assertThat(clash.earlier()).isSameAs(one))
                    .satisfies(clash -> assertThat(clash.later()).isSameAs(two));
        }
    }

    @Nested
    class VirtualHosts {

        private final Catalog catalog = Catalog.of(List.of(
                api("Everywhere", "/b", "GET /everywhere"),
                onHosts(Set.of("localhost"), "Local", "/b", "GET /local"),
                onHosts(Set.of("Shop.Example", "localhost"), "Both", "/b", "GET /both"),
                onHosts(Set.of("shop.example"), "Shop", "/b", "GET /shop")));

        @Test
        void seeOnlyTheirOwnApis() {
            assertThat(pathsOf("shop.example")).containsExactly("both", "shop");
        }

        @ParameterizedTest
        @ValueSource(strings = {"localhost", "other.example", "[::1]:9095", "", "shop.example.evil"})
        void allOthersSeeThoseWithoutOrWithLocalhost(String host) {
            assertThat(pathsOf(host)).containsExactly("both", "everywhere", "local");
        }

        @ParameterizedTest
        @ValueSource(strings = {"shop.example:9095", "SHOP.example", "Shop.Example:1"})
        void areComparedWithoutPortAndCase(String host) {
            assertThat(pathsOf(host)).containsExactly("both", "shop");
        }

        @Test
        void mayHaveTheSamePathInDifferentApis() {
            Catalog same = Catalog.of(List.of(
                    onHosts(Set.of("a.example"), "A", "/b", "GET /x"),
                    onHosts(Set.of("b.example"), "B", "/b", "GET /x"),
                    api("C", "/b", "GET /x")));

            assertThat(same.operations()).extracting(Match.Found::id).doesNotHaveDuplicates();
            assertThat(same.find("b.example", "GET", RequestPath.parse("/b/x")))
                    .isInstanceOfSatisfying(
                            Match.Found.class,
                            found -> assertThat(found.api().name()).isEqualTo("B"));
        }

        private TreeSet<String> pathsOf(String host) {
            TreeSet<String> paths = new TreeSet<>();
            for (String path : List.of("everywhere", "local", "both", "shop")) {
                if (catalog.find(host, "GET", RequestPath.parse("/b/" + path)) instanceof Match.Found) {
                    paths.add(path);
                }
            }
            return paths;
        }
    }

    @Nested
    class Ids {

        @Test
        void stayTheSameOverAReload() {
            assertThat(idsOf("GET /a/{x}", "POST /a/{x}")).isEqualTo(idsOf("GET /a/{renamed}", "POST /a/{x}"));
        }

        @Test
        void areNeverShared() {
            assertThat(idsOf(
                            "GET /a/b",
                            "POST /a/b",
                            "GET /a%2Fb",
                            "GET /a], Concrete[text=b",
                            "GET /a/{x}",
                            "GET /a/{x}b",
                            "GET /a/%7B%7Db",
                            "GET /a/*",
                            "GET /a/%2A"))
                    .doesNotHaveDuplicates();
        }

        @Test
        void haveNoTextOfTheDocumentInThem() {
            assertThat(idsOf("GET /${T(java.lang.Runtime)}"))
                    .allSatisfy(id -> assertThat(id).matches("op-[0-9a-f]{24}"));
        }

        private static List<String> idsOf(String... operations) {
            return catalog(operations).operations().stream()
                    .map(Match.Found::id)
                    .toList();
        }
    }

    private static Catalog catalog(String... operations) {
        return Catalog.of(List.of(api("Api", "/b", operations)));
    }

    private static Match match(Catalog catalog, String method, String path) {
        return catalog.find(HOST, method, RequestPath.parse(path));
    }
}
