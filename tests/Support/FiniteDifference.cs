namespace Katas.Support;

/// <summary>
/// Gradients by central differences, (f(x + h) − f(x − h)) / 2h at every coordinate: with h = 1e-5 the error is
/// about 1e-9 for smooth functions of unit scale, so compare with <see cref="Tolerance"/>.
/// </summary>
public static class FiniteDifference
{
    /// <summary>How near an exact gradient of a smooth function comes to its central difference.</summary>
    public const double Tolerance = 1e-7;

    private const double Step = 1e-5;

    /// <summary>The gradient of a scalar function at a matrix, of the matrix's shape.</summary>
    public static Matrix<double> Gradient(Func<Matrix<double>, double> function, Matrix<double> at) =>
        Matrix<double>.Build.Dense(at.RowCount, at.ColumnCount, (row, column) =>
        {
            var moved = at.Clone();
            moved[row, column] = at[row, column] + Step;
            var above = function(moved.Clone());
            moved[row, column] = at[row, column] - Step;
            return (above - function(moved)) / (2 * Step);
        });

    /// <summary>The gradient of a scalar function at a vector, of the vector's length.</summary>
    public static Vector<double> Gradient(Func<Vector<double>, double> function, Vector<double> at) =>
        Gradient(matrix => function(matrix.Row(0)), at.ToRowMatrix()).Row(0);
}
