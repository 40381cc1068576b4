@NullMarked
package wasl.receipt;

import org.jspecify.annotations.NullMarked;
