package dev.understudy.admin.console;

import java.util.ArrayList;
import java.util.List;

/** What leads from one page to another. Each page that there is stands here, and nothing else. */
final class Navigation {

    /**
     * @param heading above the links; empty: none
     * @param under a second one, for links below it; empty: none
     */
    record Section(String heading, String under, List<Link> links) {}

    /** @param current whether it leads to the page that it stands on */
    record Link(String label, String href, boolean current) {}

    /** Pages of one API, by what stands at the end of their path; empty: the first one. */
    enum OfApi {
        OVERVIEW("Overview", ""),
        ENDPOINTS("Endpoints", "/endpoints"),
        TRY("Try it", "/try"),
        REVISIONS("Revisions", "/revisions"),
        UNDEPLOY("Undeploy", "/undeploy");

        private final String label;
        private final String end;

        OfApi(String label, String end) {
            this.label = label;
            this.end = end;
        }

        String label() {
            return label;
        }
    }

    private Navigation() {}

    /** The pages that are not of one API. @param current where somebody is; empty: elsewhere */
    static List<Link> main(String current) {
        return List.of(
                link("APIs", Paths.CONSOLE, current),
                link("Now", Paths.NOW, current),
                link("Endpoints", Paths.LADDERS, current),
                link("Gateways", Paths.GATEWAYS, current),
                link("Requests", Paths.REQUESTS, current),
                link("Explain", Paths.EXPLAIN, current));
    }

    /**
     * The pages of one API, under WSO2's words.
     *
     * @param changeable whether it is deployed, and not one of the folder
     * @param mayDeploy whether whoever looks may change it
     */
    static List<Section> ofApi(String id, OfApi current, boolean served, boolean changeable, boolean mayDeploy) {
        List<Section> sections = new ArrayList<>();
        if (served) {
            sections.add(new Section("", "", List.of(link(id, OfApi.OVERVIEW, current))));
            sections.add(new Section("Develop", "API Configurations", List.of(link(id, OfApi.ENDPOINTS, current))));
            sections.add(new Section("Test", "", List.of(link(id, OfApi.TRY, current))));
        }
        if (changeable) {
            List<Link> deploy = new ArrayList<>();
            deploy.add(link(id, OfApi.REVISIONS, current));
            if (mayDeploy && served) {
                deploy.add(link(id, OfApi.UNDEPLOY, current));
            }
            sections.add(new Section("Deploy", "", deploy));
        }
        return sections;
    }

    private static Link link(String id, OfApi page, OfApi current) {
        return new Link(page.label, Paths.api(id) + page.end, page == current);
    }

    private static Link link(String label, String href, String current) {
        return new Link(label, href, href.equals(current));
    }
}
