@NullMarked
package wasl.id;

import org.jspecify.annotations.NullMarked;
