@NullMarked
package wasl.moto;

import org.jspecify.annotations.NullMarked;
