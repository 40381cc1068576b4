@NullMarked
package wasl.management;

import org.jspecify.annotations.NullMarked;
