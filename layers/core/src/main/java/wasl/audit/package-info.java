@NullMarked
package wasl.audit;

import org.jspecify.annotations.NullMarked;
