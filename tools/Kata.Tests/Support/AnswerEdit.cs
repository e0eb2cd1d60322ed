using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kata.Tests.Support;

/// <summary>Makes answers out of the reference, whatever its style.</summary>
internal static class AnswerEdit
{
    /// <summary>Gives a method another body and the class further members.</summary>
    public static string WithBody(this string answer, string method, string statements, string members = "")
    {
        var root = CSharpSyntaxTree.ParseText(answer).GetCompilationUnitRoot();
        var declaration = root.DescendantNodes().OfType<MethodDeclarationSyntax>().Single(candidate => candidate.Identifier.Text == method);
        var body = (BlockSyntax)SyntaxFactory.ParseStatement($"{{\n{statements}\n}}\n");
        var replaced = declaration.WithExpressionBody(null).WithSemicolonToken(default).WithBody(body);
        var added = CSharpSyntaxTree.ParseText($"class Members {{ {members} }}").GetCompilationUnitRoot().DescendantNodes().OfType<ClassDeclarationSyntax>().First().Members;
        var type = (TypeDeclarationSyntax)declaration.Parent!;
        var changed = (TypeDeclarationSyntax)type.ReplaceNode(declaration, replaced);
        return root.ReplaceNode(type, changed.AddMembers([.. added])).ToFullString();
    }

    /// <summary>Gives the answer's class a further member.</summary>
    public static string WithMember(this string answer, string member)
    {
        var root = CSharpSyntaxTree.ParseText(answer).GetCompilationUnitRoot();
        var type = root.DescendantNodes().OfType<ClassDeclarationSyntax>().First();
        return root.ReplaceNode(type, type.AddMembers(SyntaxFactory.ParseMemberDeclaration($"{member}\n")!)).ToFullString();
    }
}
