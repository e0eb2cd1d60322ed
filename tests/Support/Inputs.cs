using System.Collections.Concurrent;

namespace Katas.Support;

/// <summary>
/// Generated inputs, the same on every machine: values that are uneven, of both signs and unsaturated
/// (standard normal unless scaled), from a seed that the test states.
/// </summary>
public static class Inputs
{
    /// <summary>What was drawn from each seed so far: drawing is most of the work of a large input, and tests share seeds.</summary>
    private static readonly ConcurrentDictionary<int, double[]> Drawn = [];

    /// <summary>A matrix of independent normal values with the given standard deviation.</summary>
    public static Matrix<double> Matrix(int rows, int columns, int seed, double deviation = 1) =>
        Matrix<double>.Build.DenseOfRowMajor(rows, columns, Normals(seed, rows * columns, deviation));

    /// <summary>A vector of independent normal values with the given standard deviation.</summary>
    public static Vector<double> Vector(int length, int seed, double deviation = 1) =>
        Matrix(1, length, seed, deviation).Row(0);

    /// <summary>A tensor of independent normal values, row-major.</summary>
    public static Tensor<double> Tensor(int seed, params ReadOnlySpan<nint> lengths)
    {
        nint count = 1;
        foreach (var length in lengths)
        {
            count *= length;
        }

        return System.Numerics.Tensors.Tensor.Create(Normals(seed, (int)count, deviation: 1), lengths);
    }

    /// <summary>The first values of a seed, in an array that is the caller's own.</summary>
    private static double[] Normals(int seed, int count, double deviation)
    {
        var drawn = Drawn.AddOrUpdate(seed, _ => Draw(seed, count), (_, known) => known.Length < count ? Draw(seed, count) : known);
        var values = new double[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = deviation * drawn[i];
        }

        return values;
    }

    private static double[] Draw(int seed, int count)
    {
        var random = new Random(seed);
        var values = new double[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = Normal(random);
        }

        return values;
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
