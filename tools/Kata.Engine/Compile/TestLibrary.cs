using System.Text.Json.Serialization;
using Kata.Runner.Protocol;

namespace Kata.Engine.Compile;

/// <summary>A test method that has to be executed.</summary>
/// <param name="Method">Type and method, for example <c>Kata055.WhyScaleScoresTests.Name</c>.</param>
/// <param name="Task">The task that it proves; 0 when it says none.</param>
internal sealed record ExpectedTest(string Method, int Task)
{
    /// <summary>The method's name alone.</summary>
    [JsonIgnore]
    public string Name => Method[(Method.LastIndexOf('.') + 1)..];
}

/// <summary>The tests of a kata, compiled against a public surface.</summary>
/// <param name="Key">The hash of all that it was made of.</param>
/// <param name="Assembly">The library.</param>
/// <param name="Symbols">Its line numbers.</param>
/// <param name="Tests">What has to be executed, in the order of the source.</param>
/// <param name="Surface">The public surface of the answers that it fits.</param>
internal sealed record TestLibrary(string Key, byte[] Assembly, byte[] Symbols, IReadOnlyList<ExpectedTest> Tests, IReadOnlyList<string> Surface)
{
    /// <summary>As a child is given them.</summary>
    public TestsRequest ToRequest() => new(Key, Assembly, Symbols);
}

/// <summary>How a compiled test library is kept on disk.</summary>
[JsonSerializable(typeof(TestLibrary))]
internal sealed partial class TestLibraryJson : JsonSerializerContext;
