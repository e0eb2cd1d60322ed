using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Katas.Support;

/// <summary>
/// Values that another program computed: <c>golden.json</c> beside the test, written by <c>tools/golden</c>,
/// with the name and version of that program under <c>source</c>.
/// </summary>
public sealed class Golden
{
    private readonly JsonElement root;

    private Golden(JsonElement root) => this.root = root;

    /// <summary>Which program and version computed the values, for example <c>PyTorch 1.13.0</c>.</summary>
    public string Source => root.GetProperty("source").GetString()!;

    /// <summary>Loads the file beside the calling test.</summary>
    public static Golden Load([CallerFilePath] string test = "") =>
        new(JsonDocument.Parse(File.ReadAllText(Path.Combine(Path.GetDirectoryName(test)!, "golden.json"))).RootElement);

    /// <summary>A named group of values, for example one case of a golden test.</summary>
    public Golden Case(string name) => new(root.GetProperty(name));

    /// <summary>A single number.</summary>
    public double Number(string name) => root.GetProperty(name).GetDouble();

    /// <summary>Whole numbers in a list.</summary>
    public int[] Integers(string name) => root.GetProperty(name).EnumerateArray().Select(value => value.GetInt32()).ToArray();

    /// <summary>Numbers in a list.</summary>
    public Vector<double> Vector(string name) =>
        Vector<double>.Build.DenseOfEnumerable(root.GetProperty(name).EnumerateArray().Select(value => value.GetDouble()));

    /// <summary>A list of rows.</summary>
    public Matrix<double> Matrix(string name) =>
        Matrix<double>.Build.DenseOfRows(root.GetProperty(name).EnumerateArray()
            .Select(row => row.EnumerateArray().Select(value => value.GetDouble())));

    /// <summary>Nested lists of equal lengths.</summary>
    public Tensor<double> Tensor(string name)
    {
        var lengths = new List<nint>();
        var element = root.GetProperty(name);
        for (var level = element; level.ValueKind == JsonValueKind.Array; level = level[0])
        {
            lengths.Add(level.GetArrayLength());
        }

        return System.Numerics.Tensors.Tensor.Create(Leaves(element).ToArray(), lengths.ToArray());
    }

    private static IEnumerable<double> Leaves(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray().SelectMany(Leaves) : [element.GetDouble()];
}
