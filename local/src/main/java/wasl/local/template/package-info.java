/// Reads the bundle's template and makes its resources at an AWS endpoint.
@NullMarked
package wasl.local.template;

import org.jspecify.annotations.NullMarked;
