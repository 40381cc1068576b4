/// The runner's side of the functions: their code, their process, their invocations.
@NullMarked
package wasl.local.function;

import org.jspecify.annotations.NullMarked;
