package dev.understudy.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.catalog.ApiCatalog;
import dev.understudy.catalog.Definitions;
import dev.understudy.catalog.Match;
import dev.understudy.catalog.RequestPath;
import dev.understudy.catalog.Stages;
import dev.understudy.openapi.EndpointLists.Kind;
import dev.understudy.openapi.EndpointLists.Level;
import dev.understudy.openapi.EndpointLists.Listed;
import dev.understudy.openapi.EndpointLists.Place;
import dev.understudy.openapi.ProjectReader;
import dev.understudy.openapi.Secrets;
import dev.understudy.store.DirectoryStore;
import dev.understudy.store.Format;
import dev.understudy.store.Store;
import dev.understudy.testkit.ApiProjects;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists of endpoints of what is deployed, changed by two people. Real files, without listeners. */
class EditedListsTests {

    private static final String MENU = """
            openapi: 3.0.3
            info: {title: Pizza, version: '1'}
            x-wso2-basePath: /pizza
            x-wso2-production-endpoints:
              urls: [http://one.example]   # since 2024
              type: failover
            paths:
              /menu:
                get: {responses: {'200': {description: ok}}}
              /order:
                post: {responses: {'200': {description: ok}}}
            """;

    private static final Place API = new Place(Level.API, Kind.PRODUCTION);
    private static final Place POST = new Place(new Level("/order", "post"), Kind.PRODUCTION);

    @TempDir
    private Path temp;

    private Stages stages;
    private final AtomicInteger archivesRead = new AtomicInteger();
    private DeployedApis apis;

    @BeforeEach
    void start() {
        stages = new Stages();
        DirectoryStore store = new DirectoryStore(temp.resolve("store"));
        ProjectSources projects = new ProjectSources(new ProjectReader(Defaulted.DEFAULTS.with(Secrets.none())));
        ServedApis served = new ServedApis(new ApiCatalog(stages), new Definitions());
        Store counted = counted(store);
        apis = new DeployedApis(counted, new Deployer(counted, projects, served));
        apis.start();
    }

    @AfterEach
    void stop() {
        apis.stop();
    }

    @Test
    void whatIsWantedIsDeployedAndTheRestOfTheDocumentStays() {
        put(MENU);
        Edit.Lists now = lists();

        int reads = archivesRead.get();
        Edit tried =
                call(apis.tryLists("pizza", seen -> wanted(API, "http://one.example", "http://two.example"), "anna"));
        assertThat(tried).isInstanceOfSatisfying(Edit.Tried.class, would -> {
            assertThat(would.now().seen()).isEqualTo(now.seen());
            assertThat(would.outcome())
                    .isInstanceOfSatisfying(
                            Outcome.Applied.class,
                            applied -> assertThat(applied.changes().none()).isFalse());
        });
        assertThat(archivesRead.get() - reads)
                .as("how often the document is read for that")
                .isEqualTo(1);
        assertThat(endpoints("GET", "/pizza/menu")).containsExactly("http://one.example");

        Edit made = deploy(now.seen(), wanted(API, "http://one.example", "http://two.example"));

        assertThat(applied(made).api().latest().number()).isEqualTo(2);
        assertThat(applied(made).api().latest().by()).isEqualTo("anna");
        assertThat(endpoints("GET", "/pizza/menu")).containsExactly("http://one.example", "http://two.example");
        assertThat(content()).isEqualTo(MENU.replace("example]", "example, http://two.example]"));
    }

    @Test
    void anOperationMayHaveAListOfItsOwnAndGiveItUpAgain() {
        put(MENU);
        applied(deploy(lists().seen(), wanted(POST, "http://till.example")));
        assertThat(endpoints("POST", "/pizza/order")).containsExactly("http://till.example");
        assertThat(endpoints("GET", "/pizza/menu")).containsExactly("http://one.example");

        applied(deploy(lists().seen(), new Edit.Wanted(Map.of(POST, Optional.empty()))));

        assertThat(endpoints("POST", "/pizza/order")).containsExactly("http://one.example");
        assertThat(content()).isEqualTo(MENU);
    }

    @Test
    void aDraftIsThereAfterTheNextStartAndGoesWhenItIsDeployed() {
        put(MENU);
        Edit.Wanted half = wanted(API, "", "no url at all");
        assertThat(keepDraft(lists().seen(), half, "anna")).isInstanceOf(Edit.Kept.class);
        stop();
        start();

        Edit.Lists now = lists();
        assertThat(now.wanted()).isEqualTo(half);
        assertThat(now.draft())
                .hasValueSatisfying(draft -> assertThat(draft.by()).isEqualTo("anna"));
        assertThat(now.overtaken()).isEmpty();
        assertThat(endpoints("GET", "/pizza/menu")).containsExactly("http://one.example");

        Edit refused = deploy(now.seen(), now.wanted());
        assertThat(refused)
                .isInstanceOfSatisfying(
                        Edit.Other.class, other -> assertThat(other.outcome()).isInstanceOf(Outcome.Refused.class));
        assertThat(lists().draft()).isPresent();

        applied(deploy(now.seen(), wanted(API, "http://two.example")));
        assertThat(lists().draft()).isEmpty();
        stop();
        start();
        assertThat(lists().draft()).isEmpty();
    }

    @Test
    void whoIsSlowerIsToldWhatTheOtherChangedAndNothingIsOverwritten() {
        put(MENU);
        Edit.Seen bothSaw = lists().seen();
        assertThat(keepDraft(bothSaw, wanted(API, "http://a.example"), "anna")).isInstanceOf(Edit.Kept.class);

        Edit slower = keepDraft(bothSaw, wanted(API, "http://b.example"), "bert");

        assertThat(slower).isInstanceOfSatisfying(Edit.Overtaken.class, overtaken -> {
            assertThat(overtaken.now().draft().orElseThrow().by()).isEqualTo("anna");
            assertThat(overtaken.now().wanted()).isEqualTo(wanted(API, "http://a.example"));
        });
        assertThat(lists().wanted()).isEqualTo(wanted(API, "http://a.example"));
        assertThat(deploy(bothSaw, wanted(API, "http://b.example"))).isInstanceOf(Edit.Overtaken.class);
        assertThat(call(apis.discardDraft("pizza", bothSaw))).isInstanceOf(Edit.Overtaken.class);
        assertThat(endpoints("GET", "/pizza/menu")).containsExactly("http://one.example");
    }

    @Test
    void whoIsOvertakenByADeployIsToldWhichListsItChanged() {
        put(MENU);
        Edit.Seen before = lists().seen();
        put(MENU.replace("one.example", "three.example"));

        assertThat(keepDraft(before, wanted(POST, "http://till.example"), "anna"))
                .isInstanceOfSatisfying(
                        Edit.Overtaken.class,
                        overtaken -> assertThat(overtaken.deployed())
                                .isEqualTo(Map.of(
                                        API,
                                        Optional.of(
                                                Listed.of("failover", List.of("http://three.example"), Map.of())))));
    }

    @Test
    void aDraftThatADeployOvertookSaysWhereAndWhatIsThereNow() {
        put(MENU);
        Map<Place, Optional<Listed>> both =
                new LinkedHashMap<>(wanted(API, "http://a.example").lists());
        both.putAll(wanted(POST, "http://till.example").lists());
        keepDraft(lists().seen(), new Edit.Wanted(both), "anna");

        put(MENU.replace("one.example", "three.example"));

        Edit.Lists now = lists();
        assertThat(now.wanted().lists()).isEqualTo(both);
        assertThat(now.overtaken())
                .isEqualTo(Map.of(API, Optional.of(Listed.of("failover", List.of("http://three.example"), Map.of()))));

        // Whoever goes on with another list has not looked at this one.
        both.putAll(wanted(POST, "http://other.example").lists());
        keepDraft(now.seen(), new Edit.Wanted(both), POST, "bert");
        assertThat(lists().overtaken()).isEqualTo(now.overtaken());
        both.putAll(wanted(POST, "http://till.example").lists());
        keepDraft(lists().seen(), new Edit.Wanted(both), POST, "bert");
        keepDraft(lists().seen(), new Edit.Wanted(both), API, "bert");
        assertThat(lists().overtaken()).isEmpty();

        now = lists();
        applied(deploy(now.seen(), now.wanted()));
        assertThat(endpoints("POST", "/pizza/order")).containsExactly("http://till.example");
    }

    @Test
    void aPathThatIsGoneTakesItsPartOfTheDraftWithIt() {
        put(MENU);
        keepDraft(lists().seen(), wanted(POST, "http://till.example"), "anna");

        put(MENU.substring(0, MENU.indexOf("  /order")));

        assertThat(lists().wanted().lists()).isEmpty();
        assertThat(lists().overtaken()).containsOnlyKeys(POST);
    }

    @Test
    void ofAProjectOnlyTheDocumentIsAnother() {
        byte[] zip = ApiProjects.zip("project", ApiProjects.named("Pets", "1.0.0", "http://one.example"));
        assertThat(call(apis.put(new Put("pets", Format.ZIP, zip, Condition.NONE, false, "anna"))))
                .isInstanceOf(Outcome.Applied.class);
        Edit.Lists now = (Edit.Lists) call(apis.lists("pets"));

        Edit made = call(apis.deployLists(
                "pets", now.seen(), seen -> wanted(API, "http://two.example", "http://three.example"), "bert"));

        assertThat(made)
                .isInstanceOfSatisfying(
                        Edit.Other.class, other -> assertThat(other.outcome()).isInstanceOf(Outcome.Applied.class));
        Map<String, byte[]> before = files(zip);
        Map<String, byte[]> after = files(((Outcome.Content) call(apis.content("pets", Optional.empty()))).bytes());
        assertThat(after.keySet()).isEqualTo(before.keySet());
        assertThat(after).allSatisfy((name, content) -> {
            if (!name.startsWith("Definitions/")) {
                assertThat(content).isEqualTo(before.get(name));
            }
        });
    }

    @Test
    void whatIsAlreadySoMakesNoRevisionOfAProjectEither() {
        byte[] zip = ApiProjects.zip("project", ApiProjects.named("Pets", "1.0.0", "http://one.example"));
        call(apis.put(new Put("pets", Format.ZIP, zip, Condition.NONE, false, "anna")));
        Edit.Lists now = (Edit.Lists) call(apis.lists("pets"));
        Edit.Wanted same = new Edit.Wanted(Map.of(API, now.lists().own(API.level(), API.kind())));

        Edit made = call(apis.deployLists("pets", now.seen(), seen -> same, "bert"));

        assertThat(applied(made).result()).isEqualTo(Outcome.Applied.Result.UNCHANGED);
        assertThat(applied(made).api().latest().number()).isEqualTo(1);
    }

    @Test
    void whatIsNotDeployedHasNoLists() {
        assertThat(call(apis.lists("nobody")))
                .isInstanceOfSatisfying(
                        Edit.Other.class, other -> assertThat(other.outcome()).isInstanceOf(Outcome.NotFound.class));
    }

    private static Map<String, byte[]> files(byte[] zip) {
        return ((Unpacked.Files) ProjectArchive.unpack(zip)).contents();
    }

    private Store counted(Store store) {
        return (Store) Proxy.newProxyInstance(
                Store.class.getClassLoader(), new Class<?>[] {Store.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("archive")) {
                        archivesRead.incrementAndGet();
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private void put(String document) {
        Put put =
                new Put("pizza", Format.YAML, document.getBytes(StandardCharsets.UTF_8), Condition.NONE, false, "carl");
        assertThat(call(apis.put(put))).isInstanceOf(Outcome.Applied.class);
    }

    private Edit.Lists lists() {
        return (Edit.Lists) call(apis.lists("pizza"));
    }

    private Edit keepDraft(Edit.Seen seen, Edit.Wanted wanted, String by) {
        return keepDraft(seen, wanted, wanted.lists().keySet().iterator().next(), by);
    }

    private Edit keepDraft(Edit.Seen seen, Edit.Wanted wanted, Place written, String by) {
        return call(apis.keepDraft("pizza", seen, wanted, written, by));
    }

    private Edit deploy(Edit.Seen seen, Edit.Wanted wanted) {
        return call(apis.deployLists("pizza", seen, now -> wanted, "anna"));
    }

    private static Outcome.Applied applied(Edit edit) {
        assertThat(edit).isInstanceOf(Edit.Other.class);
        assertThat(((Edit.Other) edit).outcome()).isInstanceOf(Outcome.Applied.class);
        return (Outcome.Applied) ((Edit.Other) edit).outcome();
    }

    private static Edit.Wanted wanted(Place place, String... urls) {
        return new Edit.Wanted(Map.of(place, Optional.of(Listed.of("failover", List.of(urls), Map.of()))));
    }

    private String content() {
        Outcome.Content content = (Outcome.Content) call(apis.content("pizza", Optional.empty()));
        return new String(content.bytes(), StandardCharsets.UTF_8);
    }

    private List<String> endpoints(String method, String path) {
        Match match = stages.live().get(stages.live().size() - 1).find("localhost", method, RequestPath.parse(path));
        return ((Match.Found) match)
                .operation().production().orElseThrow().endpoints().stream()
                        .map(endpoint -> endpoint.toString())
                        .toList();
    }

    private static <T> T call(CompletableFuture<T> change) {
        return change.orTimeout(20, TimeUnit.SECONDS).join();
    }
}
