package dev.understudy.admin;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.understudy.definitions.DeployedApi;
import java.util.List;

/**
 * Choreo Connect's {@code APIMeta}.
 *
 * @param total how many are deployed, whatever was asked for; an API counts on each of its virtual hosts
 * @param count how many are in the list
 */
record DeployedList(int total, int count, List<Entry> list) {

    /** @param gatewayEnvs environments that its author named */
    record Entry(
            String apiName,
            String version,
            String apiType,
            String context,
            @JsonProperty("gateway-envs") List<String> gatewayEnvs,
            String vhost) {

        static Entry of(DeployedApi api) {
            return new Entry(
                    api.revision().name(),
                    api.revision().version(),
                    api.revision().type(),
                    api.revision().context(),
                    api.placement().environments(),
                    api.placement().virtualHost());
        }
    }

    static DeployedList of(int total, List<DeployedApi> apis) {
        return new DeployedList(total, apis.size(), apis.stream().map(Entry::of).toList());
    }
}
