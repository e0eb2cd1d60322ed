using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Kata.Engine.Verify;

/// <summary>A statement or a test file as the rules get it, without a disk.</summary>
internal sealed class InMemoryText(string path, string text) : AdditionalText
{
    /// <inheritdoc />
    public override string Path => path;

    /// <inheritdoc />
    public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text, Encoding.UTF8);
}
