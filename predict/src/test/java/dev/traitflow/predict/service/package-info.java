/** Tests of the parts that need neither a broker nor a cluster. */
@NullMarked
package dev.traitflow.predict.service;

import org.jspecify.annotations.NullMarked;
