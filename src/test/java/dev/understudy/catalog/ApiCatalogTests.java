package dev.understudy.catalog;

import static dev.understudy.catalog.Apis.api;
import static dev.understudy.catalog.Apis.found;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ApiCatalogTests {

    private final Stages stages = new Stages();
    private final List<Catalog> live = stages.live();
    private final ApiCatalog catalog = new ApiCatalog(stages);

    @Test
    void isLiveAndEmptyFromTheStart() {
        assertThat(live).hasSize(1);
        assertThat(now().apis()).isEmpty();
    }

    @Test
    void takesOverAllChangesOfASourceInOneStep() {
        Api a = api("A", "/a", "GET /x");
        Api b = api("B", "/b", "GET /x");
        publish(Map.of("a", a, "b", b));
        assertThat(live).hasSize(2);

        Api c = api("C", "/c", "GET /x");
        assertThat(catalog.publish("folder", Map.of("c", c), Set.of("a"))).isEmpty();

        assertThat(live).hasSize(3);
        assertThat(now().apis()).containsExactlyInAnyOrder(b, c);
        assertThat(catalog.apis()).containsExactlyInAnyOrder(b, c);
    }

    @Test
    void twoApisMaySwapTheirPathsInOneBatch() {
        publish(Map.of("a", api("A", "/x", "GET /"), "b", api("B", "/y", "GET /")));

        assertThat(publish(Map.of("a", api("A", "/y", "GET /"), "b", api("B", "/x", "GET /"))))
                .isEmpty();

        assertThat(nameAt("/x")).isEqualTo("B");
        assertThat(nameAt("/y")).isEqualTo("A");
    }

    @Test
    void anApiMayTakeThePathOfOneThatGoesInTheSameStep() {
        publish(Map.of("a", api("A", "/x", "GET /")));

        assertThat(catalog.publish("folder", Map.of("b", api("B", "/x", "GET /")), Set.of("a")))
                .isEmpty();

        assertThat(nameAt("/x")).isEqualTo("B");
    }

    @Test
    void ofTwoNewApisTheOneWhoseNameComesFirstIsTaken() {
        Map<String, String> refused = publish(Map.of("b", api("B", "/x", "GET /"), "a", api("A", "/x", "GET /")));

        assertThat(refused).containsOnlyKeys("b");
        assertThat(refused.get("b")).isEqualTo("'/x/' is served by A 1.0.0 already");
        assertThat(nameAt("/x")).isEqualTo("A");
    }

    @Test
    void ofTwoChangedApisTooWhicheverWasThereLonger() {
        publish(Map.of("b", api("B", "/b", "GET /")));
        publish(Map.of("a", api("A", "/a", "GET /")));

        assertThat(publish(Map.of("b", api("B", "/x", "GET /"), "a", api("A", "/x", "GET /"))))
                .containsOnlyKeys("b");

        assertThat(nameAt("/x")).isEqualTo("A");
        assertThat(nameAt("/b")).isEqualTo("B");
    }

    @Test
    void whatIsServedKeepsItsPlaceAgainstAnEarlierName() {
        publish(Map.of("z", api("Z", "/x", "GET /")));

        assertThat(publish(Map.of("a", api("A", "/x", "GET /")))).containsOnlyKeys("a");

        assertThat(nameAt("/x")).isEqualTo("Z");
    }

    @Test
    void aNewVersionOfWhatIsServedKeepsItsPlaceAgainstANewOneWithAnEarlierName() {
        publish(Map.of("z", api("Z", "/x", "GET /")));

        assertThat(publish(Map.of("a", api("A", "/x", "GET /"), "z", api("Z", "/x", "GET /", "GET /more"))))
                .containsOnlyKeys("a");

        assertThat(nameAt("/x")).isEqualTo("Z");
        assertThat(found(now(), "GET", "/x/more")).isEqualTo("/more");
    }

    @Test
    void aRefusedChangeLeavesTheLastVersionInPlaceAndDoesNotHoldTheOthersBack() {
        publish(Map.of("a", api("A", "/a", "GET /x"), "b", api("B", "/b", "GET /")));

        Map<String, String> refused = publish(Map.of(
                "a", api("A", "/b", "GET /", "GET /new"),
                "c", api("C", "/c", "GET /x")));

        assertThat(refused).containsOnlyKeys("a");
        assertThat(found(now(), "GET", "/a/x")).isEqualTo("/x");
        assertThat(found(now(), "GET", "/b/new")).isEmpty();
        assertThat(found(now(), "GET", "/c/x")).isEqualTo("/x");
    }

    @Test
    void anApiThatMovedIntoThePlaceOfARefusedOnesLastVersionIsRefusedToo() {
        publish(Map.of("a", api("A", "/a", "GET /"), "z", api("Z", "/z", "GET /")));

        Map<String, String> refused = publish(Map.of("a", api("A", "/z", "GET /"), "b", api("B", "/a", "GET /")));

        assertThat(refused).containsOnlyKeys("a", "b");
        assertThat(nameAt("/a")).isEqualTo("A");
    }

    @Test
    void onlyThoseThatClashWithWhatIsServedInTheEndAreRefused() {
        publish(Map.of("c", api("C", "/c", "GET /")));

        Map<String, String> refused = publish(Map.of(
                "a", api("A", "/x", "GET /one"),
                "b", api("B", "/x", "GET /one", "GET /two"),
                "c", api("C", "/x", "GET /two")));

        assertThat(refused).containsOnlyKeys("b");
        assertThat(found(now(), "GET", "/x/two")).isEqualTo("/two");
    }

    @Test
    void anApiThatClashesWithItselfIsRefused() {
        assertThat(publish(Map.of("a", api("A", "/x", "GET /{a}", "GET /{b}")))).containsOnlyKeys("a");
        assertThat(now().apis()).isEmpty();
    }

    @Test
    void theSameNameInTwoSourcesIsTwoApis() {
        publish(Map.of("a", api("A", "/a", "GET /")));
        catalog.publish("deployed", Map.of("a", api("B", "/b", "GET /")), Set.of());

        catalog.publish("deployed", Map.of(), Set.of("a"));

        assertThat(nameAt("/a")).isEqualTo("A");
        assertThat(now().apis()).hasSize(1);
    }

    @Test
    void whenACatalogCannotBeMadeLiveEverythingStaysAsItWas() {
        Stages taken = new Stages(next -> {
            if (next.apis().stream().anyMatch(api -> api.name().equals("Bad"))) {
                throw new IllegalStateException("no route can be made of it");
            }
        });
        ApiCatalog fragile = new ApiCatalog(taken);
        Api good = api("Good", "/good", "GET /");
        fragile.publish("folder", Map.of("good", good), Set.of());

        assertThatIllegalStateException()
                .isThrownBy(
                        () -> fragile.publish("folder", Map.of("bad", api("Bad", "/bad", "GET /")), Set.of("good")));

        assertThat(taken.live()).hasSize(2);
        assertThat(fragile.apis()).containsExactly(good);
        assertThat(fragile.publish("folder", Map.of("more", api("More", "/more", "GET /")), Set.of()))
                .isEmpty();
        assertThat(fragile.apis()).hasSize(2).contains(good);
    }

    @Test
    void aReplacementIsLiveOnlyWhenItsStepIsDone() throws IOException {
        publish(Map.of("a", api("A", "/a", "GET /")));

        Optional<String> clash = catalog.replace(
                "deployed",
                Map.of("b", api("B", "/b", "GET /"), "c", api("C", "/c", "GET /")),
                Set.of(),
                () -> assertThat(nameAt("/b")).isEmpty());

        assertThat(clash).isEmpty();
        assertThat(nameAt("/b")).isEqualTo("B");
        assertThat(nameAt("/c")).isEqualTo("C");
    }

    @Test
    void nothingOfAReplacementIsLiveWhenItsStepFails() {
        publish(Map.of("a", api("A", "/a", "GET /")));

        assertThatIOException()
                .isThrownBy(() -> catalog.replace("folder", Map.of(), Set.of("a"), () -> {
                    throw new IOException("the disk is full");
                }));

        assertThat(nameAt("/a")).isEqualTo("A");
        assertThat(live).hasSize(2);
        assertThat(stages.dropped()).isEqualTo(1);
        assertThat(catalog.apis()).hasSize(1);
    }

    @Test
    void nothingOfAReplacementIsLiveWhenOneOfItsApisClashesAndTheOtherSourceIsNamed() throws IOException {
        publish(Map.of("a.yaml", api("A", "/a", "GET /")));

        Optional<String> clash = catalog.replace(
                "deployed",
                Map.of("b", api("B", "/b", "GET /"), "c", api("C", "/a", "GET /")),
                Set.of(),
                () -> fail("nothing is kept of what is refused"));

        assertThat(clash).contains("'/a/' is served by A 1.0.0 already (folder: a.yaml)");
        assertThat(nameAt("/b")).isEmpty();
        assertThat(live).hasSize(2);
    }

    @Test
    void changesAreCountedAndWhatIsRefusedIsNone() {
        publish(Map.of("a", api("A", "/a", "GET /")));
        long before = catalog.changes();

        catalog.publish("deployed", Map.of("b", api("B", "/a", "GET /")), Set.of());
        assertThat(catalog.changes()).isEqualTo(before);
        assertThat(live).hasSize(2);

        catalog.publish("folder", Map.of(), Set.of("a"));
        assertThat(catalog.changes()).isEqualTo(before + 1);
    }

    private Map<String, String> publish(Map<String, Api> changed) {
        return catalog.publish("folder", changed, Set.of());
    }

    private Catalog now() {
        return live.get(live.size() - 1);
    }

    private String nameAt(String path) {
        Match match = now().find(Apis.HOST, "GET", RequestPath.parse(path));
        return match instanceof Match.Found found ? found.api().name() : "";
    }
}
