package dev.understudy.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** From the path of a request to its operation. */
@State(Scope.Thread)
public class FindOperationBenchmark {

    private static final int OF_ONE_API = 100;

    @Param({"10", "10000"})
    int operations;

    private Catalog catalog = Catalog.of(List.of());
    private String path = "";

    @Setup
    public void catalog() {
        List<Api> apis = new ArrayList<>();
        for (int first = 0; first < operations; first += OF_ONE_API) {
            List<Operation> own = new ArrayList<>();
            for (int i = 0; i < Math.min(operations, OF_ONE_API); i++) {
                own.add(new Operation(
                        "GET",
                        PathTemplate.parse("/thing" + i + "/{id}/part"),
                        Optional.empty(),
                        Optional.empty(),
                        new Access.Open(),
                        false,
                        false));
            }
            String base = "/api" + first / OF_ONE_API + "/v1";
            apis.add(new Api(
                    "Api" + first, "1", base, Set.of(), "Authorization", Optional.empty(), own, false));
        }
        catalog = Catalog.of(apis);
        Api last = apis.get(apis.size() - 1);
        path = last.basePath() + "/thing" + (last.operations().size() - 1) + "/17/part";
    }

    @Benchmark
    public Match find() {
        return catalog.find("gateway.example:9095", "GET", RequestPath.parse(path));
    }
}
