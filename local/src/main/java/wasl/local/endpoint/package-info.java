/// Speaks AWS's JSON protocols to one endpoint, embedded or any other.
@NullMarked
package wasl.local.endpoint;

import org.jspecify.annotations.NullMarked;
