@NullMarked
package wasl.endure;

import org.jspecify.annotations.NullMarked;
