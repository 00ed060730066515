package dev.understudy.admin.console;

import dev.understudy.admin.console.ApiDirectory.OneApi;
import dev.understudy.store.StoredApi;
import java.util.HashMap;
import java.util.Map;

/**
 * What stands around each page of one API ({@code layout-of-api :: main}).
 *
 * @param served whether it is served, or should be
 * @param changeable whether it is deployed, and not one of the folder
 */
record ApiFrame(String id, String name, String version, boolean served, boolean changeable) {

    static ApiFrame of(OneApi api) {
        return new ApiFrame(
                api.row().id(),
                api.row().name(),
                api.row().version(),
                true,
                api.stored().isPresent());
    }

    static ApiFrame of(StoredApi api) {
        return new ApiFrame(
                api.id(),
                api.latest().name(),
                api.latest().version(),
                !api.placements().isEmpty(),
                true);
    }

    /** Values for the template, to which those of the page are added. */
    Map<String, Object> values(Navigation.OfApi current, Console.Viewer viewer) {
        Map<String, Object> values = new HashMap<>();
        values.put("title", current.label() + " of " + name);
        values.put("id", id);
        values.put("name", name);
        values.put("version", version);
        values.put("sections", Navigation.ofApi(id, current, served, changeable, viewer.mayDeploy()));
        return values;
    }
}
