@NullMarked
package wasl.function.outbounddelivery;

import org.jspecify.annotations.NullMarked;
