/// The child JVM that holds the functions; nothing here uses a class from outside this package.
@NullMarked
package wasl.local.host;

import org.jspecify.annotations.NullMarked;
