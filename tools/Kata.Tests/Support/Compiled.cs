using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Kata.Tests.Support;

/// <summary>Small libraries, compiled against what the tests of the tool refer to.</summary>
internal static class Compiled
{
    private static readonly IReadOnlyList<MetadataReference> Platform =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path))];

    /// <summary>A library of one file.</summary>
    public static CSharpCompilation Library(string name, string code, params MetadataReference[] references) => CSharpCompilation.Create(
        name, [CSharpSyntaxTree.ParseText(code)], [.. Platform, .. references], new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));

    /// <summary>Its bytes.</summary>
    public static byte[] Bytes(CSharpCompilation library)
    {
        using var assembly = new MemoryStream();
        library.Emit(assembly).Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Should().BeEmpty();
        return assembly.ToArray();
    }
}
