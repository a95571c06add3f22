"""Addresses of signing in and of one's own account."""

from __future__ import annotations

from django.urls import path

from linli.kernel.accounts.views import machines, signing, staff

app_name = "accounts"
urlpatterns = [
    path("sign-in/", signing.sign_in, name="sign_in"),
    path("sign-out/", signing.sign_out, name="sign_out"),
    path("post/", signing.switch_post, name="switch_post"),
    path("me/", signing.profile, name="profile"),
    path("roles/", staff.role_table, name="roles"),
    path("staff/new/", staff.add_account, name="add_account"),
    path("staff/<int:pk>/", staff.person, name="person"),
    path("staff/<int:pk>/posts/", staff.give_post, name="give_post"),
    path("staff/<int:pk>/<slug:what>/", staff.change_account, name="change_account"),
    path("posts/<int:pk>/end/", staff.end_post, name="end_post"),
    path("machines/", machines.machines, name="machines"),
    path("machines/<int:pk>/revoke/", machines.revoke, name="revoke_token"),
    path("demo/", signing.demo, name="demo"),
    path("demo/enter/", signing.demo_enter, name="demo_enter"),
]
