/// The local API Gateway.
@NullMarked
package wasl.local.gateway;

import org.jspecify.annotations.NullMarked;
