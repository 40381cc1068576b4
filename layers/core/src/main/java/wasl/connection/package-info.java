@NullMarked
package wasl.connection;

import org.jspecify.annotations.NullMarked;
