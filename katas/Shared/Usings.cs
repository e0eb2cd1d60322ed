global using System;
global using System.Collections.Generic;
global using System.Linq;
global using System.Numerics.Tensors;
global using System.Text;
global using MathNet.Numerics.LinearAlgebra;
