package dev.understudy.admin.console;

import java.util.List;

/**
 * A form, and what is to be shown with it.
 *
 * @param checked what came of asking the endpoints; empty: nobody asked
 * @param focus id of the element that gets the focus; empty: none
 * @param said of a step
 * @param fault why nothing was done; empty: there is none
 */
record ListEdit(ListForm form, ListRemarks remarks, List<CheckRow> checked, String focus, String said, String fault) {

    static ListEdit of(ListForm form) {
        return new ListEdit(form, ListRemarks.NONE, List.of(), "", "", "");
    }

    ListEdit with(ListRemarks others) {
        return new ListEdit(form, others, checked, focus, said, fault);
    }

    ListEdit failed(String why) {
        return new ListEdit(form, remarks, checked, "", said, why);
    }

    ListEdit told(String element, String what) {
        return new ListEdit(form, remarks, checked, element, what, fault);
    }

    ListEdit checked(List<CheckRow> rows) {
        return new ListEdit(form, remarks, rows, focus, said, fault);
    }
}
