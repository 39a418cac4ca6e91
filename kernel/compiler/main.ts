/** The compiler process, started the plain way: with the compiler loaded from its files. */
import { serve } from './compiler-server.js';

serve();
