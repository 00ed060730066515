/** The gateway: {@link dev.understudy.UnderstudyApplication} starts it, the packages below are its rooms. */
@NullMarked
@Room(mayImport = {"cli", "settings"})
package dev.understudy;

import org.jspecify.annotations.NullMarked;
