/// Keeps the rules of `template.yaml`: what a deployed stack must have, and what no local run
/// shows.
@NullMarked
package wasl.template;

import org.jspecify.annotations.NullMarked;
