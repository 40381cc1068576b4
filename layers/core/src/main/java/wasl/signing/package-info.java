@NullMarked
package wasl.signing;

import org.jspecify.annotations.NullMarked;
