/** The pages of the admin listener, for people: sign-in, what is served, and changes of what is deployed. */
@NullMarked
package dev.understudy.admin.console;

import org.jspecify.annotations.NullMarked;
