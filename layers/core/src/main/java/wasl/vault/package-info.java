@NullMarked
package wasl.vault;

import org.jspecify.annotations.NullMarked;
