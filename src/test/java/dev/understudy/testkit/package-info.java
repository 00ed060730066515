/** What tests over real sockets are made of: endpoints that misbehave on purpose, callers that send exact bytes. */
@NullMarked
package dev.understudy.testkit;

import org.jspecify.annotations.NullMarked;
