@NullMarked
package wasl.connect;

import org.jspecify.annotations.NullMarked;
