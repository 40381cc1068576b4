@NullMarked
package wasl.local.process;

import org.jspecify.annotations.NullMarked;
