namespace Katas.Support;

/// <summary>
/// Generated inputs, the same on every machine: values that are uneven, of both signs and unsaturated
/// (standard normal unless scaled), from a seed that the test states.
/// </summary>
public static class Inputs
{
    /// <summary>A matrix of independent normal values with the given standard deviation.</summary>
    public static Matrix<double> Matrix(int rows, int columns, int seed, double deviation = 1)
    {
        var random = new Random(seed);
        return Matrix<double>.Build.DenseOfRowMajor(
            rows, columns, Enumerable.Range(0, rows * columns).Select(_ => deviation * Normal(random)).ToArray());
    }

    /// <summary>A vector of independent normal values with the given standard deviation.</summary>
    public static Vector<double> Vector(int length, int seed, double deviation = 1) =>
        Matrix(1, length, seed, deviation).Row(0);

    /// <summary>A tensor of independent normal values, row-major.</summary>
    public static Tensor<double> Tensor(int seed, params ReadOnlySpan<nint> lengths)
    {
        var random = new Random(seed);
        nint count = 1;
        foreach (var length in lengths)
        {
            count *= length;
        }

        return System.Numerics.Tensors.Tensor.Create(
            Enumerable.Range(0, (int)count).Select(_ => Normal(random)).ToArray(), lengths);
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
