@NullMarked
package wasl.egress;

import org.jspecify.annotations.NullMarked;
