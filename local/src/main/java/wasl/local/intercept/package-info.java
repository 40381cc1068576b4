/// What stands between callers and an AWS endpoint, embedded or any other: to count, to break, to
/// check permissions.
@NullMarked
package wasl.local.intercept;

import org.jspecify.annotations.NullMarked;
